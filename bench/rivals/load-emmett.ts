import type { OpenRival } from './wallets.js';

interface EmmettModule {
  readonly openEmmett: OpenRival;
}

const isEmmettModule = (module: unknown): module is EmmettModule =>
  typeof module === 'object' &&
  module !== null &&
  'openEmmett' in module &&
  typeof module.openEmmett === 'function';

/**
 * Loads it by an address that the compiler does not follow: its packages are installed for the
 * benchmark only, and everything else is to be checked without them (see `bench/tsconfig.json`).
 */
export const loadEmmett = async (): Promise<OpenRival> => {
  const address = new URL('./emmett.ts', import.meta.url).href;
  const module: unknown = await import(address).catch((cause: unknown) => {
    throw new Error("Emmett cannot be loaded; `make bench` installs the rivals' packages", {
      cause,
    });
  });
  if (!isEmmettModule(module)) throw new Error('the module of Emmett is not what it was');
  return module.openEmmett;
};
