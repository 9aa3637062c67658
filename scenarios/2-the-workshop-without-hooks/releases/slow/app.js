// Every answer takes a second and a half of looking at the clock, beyond the SLA of one second.
const unicorns = [
  { name: 'Aster', colour: 'white' },
  { name: 'Bramble', colour: 'chestnut' },
];

exports.handler = (event, context, callback) => {
  const start = new Date();
  while ((new Date()) - start <= 1500) {}
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
