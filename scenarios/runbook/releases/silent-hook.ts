// A hook as many are written: it looks, it logs, it returns. CodeDeploy hears nothing of it, and waits.
export const handler = async (): Promise<string> => {
  process.stdout.write('everything looks fine\n');
  return 'Succeeded';
};
