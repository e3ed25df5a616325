import { setImmediate as nextTurn } from 'node:timers/promises';
import { isRecord } from '../../ports/http/json.js';
import type { Api } from './api.js';
import type { CallOptions, CheckedAnswer } from './openapi-client.js';
import { ejects } from './renting.js';

/** Whether the station has an order for its cabinet that is not answered yet. */
const isEjectOpen = async ({ house, scene }: Pick<Api, 'house' | 'scene'>): Promise<boolean> => {
  const { state } = await house.handlers.station.load(scene.station);
  return [...state.openEjects.values()].some(({ stage }) => stage === 'ordered');
};

/** Waits for that, as long as nothing is answered to whoever caused it. */
export const ejectOrdered = async (
  api: Pick<Api, 'house' | 'scene'>,
  asking: Promise<CheckedAnswer>,
): Promise<void> => {
  let answer: CheckedAnswer | null = null;
  const answered = asking.then((given) => {
    answer = given;
  });
  answered.catch(() => undefined);
  while (!(await isEjectOpen(api))) {
    if (answer !== null) throw new Error(`answered before the cabinet was: ${(await asking).text}`);
    await nextTurn();
  }
};

export const startBody = ({ scene }: Pick<Api, 'scene'>): Readonly<Record<string, unknown>> => ({
  station_sn: scene.station,
  package_id: 'hour-1',
});

/** Starts a rental over HTTP and lets the cabinet answer; waits for the outcome. */
export const start = async (
  api: Api,
  options: CallOptions & { readonly cabinet?: 'ejected' | 'not_ejected' } = {},
): Promise<CheckedAnswer> => {
  const { cabinet = 'ejected', ...call } = options;
  const asking = api.call(api.user, 'POST /api/rentals/start', {
    body: startBody(api),
    wait: 10,
    ...call,
  });
  await ejectOrdered(api, asking);
  await ejects(api.house, api.scene, cabinet);
  const answer = await asking;
  await api.house.settled();
  return answer;
};

/** Starts a rental that succeeds, and gives back its id. */
export const startedRental = async (api: Api, options: CallOptions = {}): Promise<string> => {
  const { data, status, text } = await start(api, options);
  if (status !== 201 || typeof data.rental_id !== 'string') throw new Error(text);
  return data.rental_id;
};

/** Items of a list. */
export const itemsOf = ({ data, text }: CheckedAnswer): readonly Record<string, unknown>[] => {
  if (!Array.isArray(data.items)) throw new Error(`no list: ${text}`);
  return data.items.filter(isRecord);
};

/** Position of the last event of a stream, as `X-Min-Position` takes it. */
export const positionOf = async (
  { house }: Pick<Api, 'house'>,
  stream: string,
): Promise<string> => {
  let last = 0n;
  for await (const { position } of house.store.readStream(stream)) last = position;
  return last.toString();
};
