/** Which of our questions a cabinet's answer belongs to; it does not say so itself. */

import type { EntryId } from '../../domain/shared/ids.js';
import { type Instant, isBefore, plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetReport } from '../../ports/cabinet-driver.js';

export interface Question {
  readonly answeredBy: CabinetReport['kind'];
  /** What was asked about slots; `null` for other questions. */
  readonly query: 'check' | 'checkAll' | null;
  /** The order behind it; `null` for questions that the adapter asks for itself. */
  readonly orderId: EntryId | null;
  readonly askedAt: Instant;
}

/**
 * How long an answer may take to be one, in seconds: the longest wait of protocol §11 and a
 * margin. Within it answers are taken in the order of the questions, so that the late answer to
 * one question does not pass for that to the next (§12).
 */
const answersWithinSeconds = 20;
/** Questions that one cabinet can have open; the oldest are forgotten first. */
const openQuestionsMax = 50;

export interface Questions {
  asked(deviceName: string, question: Question): void;
  /** Takes the oldest open question that such a report answers; `null` when nobody asked. */
  answered(deviceName: string, kind: CabinetReport['kind'], at: Instant): Question | null;
}

export const createQuestions = (): Questions => {
  const open = new Map<string, readonly Question[]>();
  const openOf = (deviceName: string, at: Instant): readonly Question[] =>
    (open.get(deviceName) ?? []).filter(
      ({ askedAt }) => !isBefore(plusSeconds(askedAt, answersWithinSeconds), at),
    );
  const keep = (deviceName: string, questions: readonly Question[]): void => {
    if (questions.length === 0) open.delete(deviceName);
    else open.set(deviceName, questions.slice(-openQuestionsMax));
  };
  return {
    asked: (deviceName, question) => {
      keep(deviceName, [...openOf(deviceName, question.askedAt), question]);
    },
    answered: (deviceName, kind, at) => {
      const questions = openOf(deviceName, at);
      const found = questions.find(({ answeredBy }) => answeredBy === kind) ?? null;
      keep(
        deviceName,
        questions.filter((question) => question !== found),
      );
      return found;
    },
  };
};
