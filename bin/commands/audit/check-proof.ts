import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { sha256 } from '../../../adapters/seal-keys.js';
import { checkProof, InclusionProof } from '../../../audit/seals/proof.js';
import { OperatorError } from '../../cli/operator-error.js';
import { createTerminal } from '../../cli/terminal.js';
import { publicKeysFrom } from '../../seal-keys.js';

const unreadableExitCode = 2;

/** Reads what `read` reads, and has a status of its own for files that are not there. */
const readable = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OperatorError || !(error instanceof Error)) throw error;
    throw new OperatorError([error.message], { exitCode: unreadableExitCode, cause: error });
  }
};

const jsonOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no proof either.
    return null;
  }
};

const readProof = async (path: string): Promise<InclusionProof> => {
  const text = await readable(() => readFile(path, 'utf8'));
  const proof = InclusionProof.decode(jsonOrNull(text));
  if (E.isRight(proof)) return proof.right;
  throw new OperatorError([`not proven: ${path} holds no proof as \`audit prove\` writes it`]);
};

/** Why a proof proves nothing; `null` when it does. */
const objection = (
  outcome: ReturnType<typeof checkProof>,
  { seal }: InclusionProof,
): string | null => {
  switch (outcome.kind) {
    case 'proven':
      return null;
    case 'not-under-the-seal':
      return `the path from the event does not lead to the root of seal ${seal.number}`;
    case 'wrong-signature':
      return `seal ${seal.number} is not what key ${seal.keyId} has signed`;
    case 'unknown-key':
      return `seal ${seal.number} is signed by key ${seal.keyId}, which was not given`;
  }
};

/** Needs no configuration, no log and no database: whoever doubts the operator runs it. */
const check = async (path: string, publicKey: string): Promise<void> => {
  const proof = await readProof(path);
  const keys = await readable(() => publicKeysFrom(publicKey));
  const outcome = checkProof(proof, { sha256, keys });
  const fault = objection(outcome, proof);
  if (fault !== null) throw new OperatorError([`not proven: ${fault}`]);
  const { event, seal } = proof;
  const number = outcome.kind === 'proven' ? outcome.number : 0;
  const output = createTerminal(process.stdout);
  output.line(`proven: ${event.type} ${event.id}, revision ${event.revision} of ${event.stream},`);
  output.line(`is event ${number} under the seals of the log; key ${seal.keyId} has signed`);
  output.line(`seal ${seal.number} over it at ${seal.at}`);
};

export const checkProofCommand = (): Command =>
  new Command('check-proof')
    .description('verify a proof with a public key alone; 0 proven, 1 not, 2 cannot be read')
    .argument('<file>', 'proof, as `prove` writes it')
    .requiredOption('--public-key <file>', 'public keys that are believed, in PEM')
    .action((file: string, { publicKey }: { readonly publicKey: string }) =>
      check(file, publicKey),
    );
