import { OperatorError } from './operator-error.js';

/**
 * Whatever goes wrong with a file that the operator named is told by its own words: no setting
 * would mend it.
 */
export const withFilesNamed = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new OperatorError([error.message], { cause: error });
  }
};
