// Healthy, with a fourth unicorn. A handler of the callback days: CommonJS, console.log, an answer by callback.
const unicorns = [
  { name: 'Aster', colour: 'white' },
  { name: 'Bramble', colour: 'chestnut' },
  { name: 'Cinder', colour: 'charcoal' },
  { name: 'Dapple', colour: 'grey' },
];

exports.handler = (event, context, callback) => {
  const answer = { statusCode: 200, body: JSON.stringify(unicorns) };
  console.log(
    JSON.stringify({
      log: 'response',
      function: `${process.env.AWS_LAMBDA_FUNCTION_NAME}:${process.env.AWS_LAMBDA_FUNCTION_VERSION}`,
      statusCode: answer.statusCode,
    }),
  );
  callback(null, answer);
};
