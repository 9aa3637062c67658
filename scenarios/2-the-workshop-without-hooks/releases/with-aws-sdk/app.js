// As workshops had it while version 2 of the SDK was in the image: required, and used for nothing.
require('aws-sdk');

const unicorns = [
  { name: 'Aster', colour: 'white' },
  { name: 'Bramble', colour: 'chestnut' },
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
