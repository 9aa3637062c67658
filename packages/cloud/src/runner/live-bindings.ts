/**
 * Imports that may still change. A name that is imported stands for the variable of the module that exports it, so
 * where that one is assigned to later, the importer sees it. Most exports are constants, and a copy does for them.
 */
import type { ModuleScan } from './scan-module.ts';

/** What an ES module exports, as far as it has been read. */
export interface ExportingModule {
  readonly text: string;
  readonly scan: ModuleScan;
}

/** Specifier, exported name, local name. */
export type LiveBinding = readonly [specifier: string, name: string, local: string];

/** The ES module that `specifier` means in the file; undefined for whatever else it means. */
export type ModuleAt = (
  specifier: string,
  path: string,
) => { readonly path: string; readonly module: ExportingModule } | undefined;

/** The bindings of a file that cannot be copied. */
export function liveBindings(path: string, { imports }: ModuleScan, moduleAt: ModuleAt): LiveBinding[] {
  return imports.flatMap(({ specifier, bindings }) =>
    bindings
      .filter(([name]) => name !== '*' && mayChange(path, specifier, name, moduleAt, new Set()))
      .map(([name, local]): LiveBinding => [specifier, name, local]),
  );
}

function mayChange(from: string, specifier: string, name: string, moduleAt: ModuleAt, seen: Set<string>): boolean {
  const found = moduleAt(specifier, from);
  if (found === undefined || seen.has(found.path)) return false;
  seen.add(found.path);
  const { path, module } = found;
  return module.scan.exports.some((one) => {
    switch (one.kind) {
      case 'names':
        return one.names.some(([local, exported]) => exported === name && isVariable(module.text, local));
      case 'declaration':
        return one.names.includes(name) && isVariable(module.text, name);
      case 'from':
        return one.names.some(([original, as]) =>
          as === '*'
            ? name !== 'default' && mayChange(path, one.specifier, name, moduleAt, seen)
            : as === name && original !== '*' && mayChange(path, one.specifier, original, moduleAt, seen),
        );
      case 'default-declaration':
      case 'default-expression':
        return false;
      default:
        return one satisfies never;
    }
  });
}

/** Not declared by `const`, `function` or `class`. To take a constant for a variable costs time, and nothing else. */
const isVariable = (text: string, name: string): boolean =>
  !new RegExp(String.raw`\b(?:const|class|function\s*\*?)\s+${name.replaceAll('$', String.raw`\$`)}(?![\w$])`).test(
    text,
  );
