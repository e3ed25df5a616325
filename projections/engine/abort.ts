import { Observable } from 'rxjs';

/** Emits once, when the signal aborts; at once when it already has. */
export const fromAbort = (signal: AbortSignal): Observable<void> =>
  new Observable((subscriber) => {
    const emit = (): void => {
      subscriber.next();
      subscriber.complete();
    };
    if (signal.aborted) emit();
    signal.addEventListener('abort', emit, { once: true });
    return () => signal.removeEventListener('abort', emit);
  });
