// Every answer is a crash.
export const handler = async () => {
  throw new Error('the stable door is stuck');
};
