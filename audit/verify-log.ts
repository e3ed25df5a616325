import type { CheckRun, LogCheck, Surroundings } from './check.js';
import type { Finding } from './finding.js';
import { type PassOptions, passOver } from './pass.js';

/** What a check found, in all. */
export interface CheckTally {
  readonly name: string;
  readonly claim: string;
  readonly findings: number;
}

export interface VerifyOptions extends Omit<PassOptions, 'until'> {
  readonly checks: readonly LogCheck[];
  readonly around: Surroundings;
  /** Called as soon as something is certain, with the name of the check. */
  readonly onFinding: (check: string, finding: Finding) => void;
}

interface Asked {
  readonly check: LogCheck;
  readonly run: CheckRun;
  findings: number;
}

/**
 * Asks all questions in one pass over the whole log.
 *
 * @throws as `passOver` does: whoever gets an answer has one about all of the log.
 */
export const verifyLog = async (options: VerifyOptions): Promise<readonly CheckTally[]> => {
  const { checks, around, onFinding, ...pass } = options;
  const asked = checks.map((check): Asked => ({ check, run: check.begin(around), findings: 0 }));
  const tell = (each: Asked, findings: readonly Finding[]): void => {
    for (const finding of findings) {
      each.findings += 1;
      onFinding(each.check.name, finding);
    }
  };
  for await (const audited of passOver({ ...pass, until: { kind: 'end' } })) {
    for (const each of asked) tell(each, each.run.see(audited));
  }
  for (const each of asked) tell(each, each.run.end());
  return asked.map(({ check: { name, claim }, findings }) => ({ name, claim, findings }));
};
