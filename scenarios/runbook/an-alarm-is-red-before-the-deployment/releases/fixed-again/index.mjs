// The fix, built once more: the first build left its version behind, and Lambda publishes nothing twice.
export const handler = async () => ({ statusCode: 200, body: JSON.stringify({ unicorns: ['Aster', 'Dapple'] }) });
