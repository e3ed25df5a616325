import type { ServerResponse } from 'node:http';
import { stop } from '../../ports/http/problem.js';
import type { Method } from '../../ports/http/route.js';
import type { Log } from '../../ports/log.js';

interface TimeLimit {
  readonly method: Method;
  readonly res: ServerResponse;
  readonly seconds: number;
  readonly log: Log;
}

/** The signal of a request; made when somebody asks for it, as most have nothing to wait for. */
export type SignalOf = () => AbortSignal;

/**
 * Runs the work of one request, at most `seconds` long. Its signal aborts when the time is over or
 * the client has gone; what had begun is not torn down, since a half-done command helps nobody.
 *
 * @throws ProblemError 504 when the time is over: for a read it is just late, for anything else the
 * outcome is not known, and the same Idempotency-Key will find out.
 */
export const withinTime = <T>(
  work: (signalOf: SignalOf) => Promise<T>,
  { method, res, seconds, log }: TimeLimit,
): Promise<T> => {
  let controller: AbortController | undefined;
  let isOver = false;
  const stopWaiting = (): void => {
    isOver = true;
    controller?.abort();
  };
  const signalOf: SignalOf = () => {
    controller ??= new AbortController();
    if (isOver) controller.abort();
    return controller.signal;
  };
  res.once('close', stopWaiting);
  // One promise that two may settle: a race of two more would cost each request as much again.
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => {
      stopWaiting();
      reject(stop(method === 'GET' ? 'request_timed_out' : 'outcome_unknown'));
    };
    // A program that is ending does not stay for a request that nobody will answer any more.
    const timer = setTimeout(giveUp, seconds * 1_000).unref();
    const end = (): void => {
      clearTimeout(timer);
      res.off('close', stopWaiting);
    };
    work(signalOf).then(
      (result) => {
        end();
        resolve(result);
      },
      (error: unknown) => {
        end();
        // Before the time is over this error is the caller's; afterwards nobody else would see it.
        if (isOver) log.warn('a request failed after nobody waited', { error });
        reject(error);
      },
    );
  });
};
