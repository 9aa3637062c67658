// The node-<os>-<cpu> packages publish "os" and "cpu" as strings; pnpm reads arrays only, and would
// otherwise install every platform's Node. Those for Linux are built against glibc and do not say so: on another libc (Alpine's)
// the shell would find no such program, where the machine's own Node can run or say what is missing.
export const hooks = {
  readPackage(pkg) {
    if (/^node-(linux|darwin|win)-(x64|arm64)$/.test(pkg.name)) {
      pkg.os = [pkg.os].flat();
      pkg.cpu = [pkg.cpu].flat();
      if (pkg.name.startsWith('node-linux-')) pkg.libc = ['glibc'];
    }
    return pkg;
  },
};
