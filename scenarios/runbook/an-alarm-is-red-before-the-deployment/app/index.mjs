// What is live.
export const handler = async () => ({ statusCode: 200, body: JSON.stringify({ unicorns: ['Aster', 'Bramble'] }) });
