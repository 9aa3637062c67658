// Out of service: every answer is a 503.
exports.handler = (event, context, callback) => {
  const answer = { statusCode: 503, body: JSON.stringify({ message: 'out of service' }) };
  console.log(
    JSON.stringify({
      log: 'response',
      function: `${process.env.AWS_LAMBDA_FUNCTION_NAME}:${process.env.AWS_LAMBDA_FUNCTION_VERSION}`,
      statusCode: answer.statusCode,
    }),
  );
  callback(null, answer);
};
