// The node-<os>-<cpu> packages publish "os" and "cpu" as strings; pnpm reads arrays only, and would
// otherwise install every platform's Node.
export const hooks = {
  readPackage(pkg) {
    if (/^node-(linux|darwin|win)-(x64|arm64)$/.test(pkg.name)) {
      pkg.os = [pkg.os].flat();
      pkg.cpu = [pkg.cpu].flat();
    }
    return pkg;
  },
};
