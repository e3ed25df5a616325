import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { sha256 } from '../../../adapters/seal-keys.js';
import { InclusionProof } from '../../../audit/seals/proof.js';
import { type ProveOutcome, proveEvent } from '../../../audit/seals/prove.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { OperatorError } from '../../cli/operator-error.js';

interface Options {
  readonly out?: string;
}

const prove = async (
  { store, story, signal }: AuditCommand,
  eventId: string,
): Promise<ProveOutcome> => {
  const progress = logProgress(story, 'looking for it', await store.lastPosition());
  try {
    return await proveEvent({ store, sha256, eventId, signal, onEvent: progress.seen });
  } finally {
    progress.end();
  }
};

/** @throws OperatorError when there is nothing that could be proven. */
const give = async (
  outcome: ProveOutcome,
  { output, story, eventId }: Pick<AuditCommand, 'output' | 'story'> & { eventId: string },
  { out }: Options,
): Promise<Verdict> => {
  switch (outcome.kind) {
    case 'proof': {
      const text = JSON.stringify(InclusionProof.encode(outcome.proof), null, 2);
      if (out === undefined) output.line(text);
      else await writeFile(out, `${text}\n`);
      story.line(`event ${eventId} is under seal ${outcome.proof.seal.number}`);
      return 'clean';
    }
    case 'seal-does-not-hold':
      story.line(`seal ${outcome.seal} does not hold: \`powerbank audit verify\` tells more`);
      return 'findings';
    case 'unknown-event':
      throw new OperatorError([`no event of the log has the id ${eventId}`]);
    case 'is-a-seal':
      throw new OperatorError([`${eventId} is a seal: its signature is its proof`]);
    case 'not-sealed-yet':
      throw new OperatorError([`event ${eventId} has no seal yet`]);
  }
};

export const proveCommand = (): Command =>
  new Command('prove')
    .description('write a proof that an event is in the log, as `check-proof` verifies it')
    .argument('<event>', 'id of the event')
    .option('--out <file>', 'where to write it; else it is printed')
    .action((eventId: string, options: Options) =>
      auditCommandOf(async (command) => {
        const outcome = await prove(command, eventId);
        return give(outcome, { ...command, eventId }, options);
      }),
    );
