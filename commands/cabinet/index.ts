/** What staff tell cabinets (rules 5.12, STA-5). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { sendWaitSeconds, Volume } from '../../domain/cabinet/index.js';
import { oneOf, text } from '../../domain/shared/codecs.js';
import { StationSerial } from '../../domain/shared/ids.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import type { OperationTools } from '../operation.js';
import { ejectPowerBank } from './eject.js';
import {
  OrderAnswer,
  type OrderWish,
  orderCabinet,
  orderIdOf,
  orderProblems,
  type StaffAsking,
} from './order.js';

type OrderOperation =
  | 'rebootCabinet'
  | 'checkCabinet'
  | 'scanCabinetWifi'
  | 'connectCabinetWifi'
  | 'setCabinetVolume'
  | 'setCabinetMode';

interface OrderRoute<Body extends t.Mixed> {
  readonly operation: OrderOperation;
  readonly path: string;
  readonly summary: string;
  readonly body: Body;
  readonly wishOf: (body: t.TypeOf<Body>, asking: StaffAsking) => OrderWish | Promise<OrderWish>;
}

/** All orders are given, waited for and answered alike. */
const orderRoute =
  (tools: OperationTools) =>
  <Body extends t.Mixed>({ wishOf, ...definition }: OrderRoute<Body>): Route =>
    route({
      ...definition,
      method: 'POST',
      tag: 'Staff: cabinets',
      description: 'With `Prefer: wait` the answer waits until nothing more will come of it.',
      idempotency: 'required',
      wait: true,
      responses: { 200: OrderAnswer },
      problems: orderProblems,
      handler: async (asking, answer) => {
        const given = await orderCabinet(tools, asking, await wishOf(asking.body, asking));
        return E.isLeft(given) ? given.left : answer(200, given.right.data, given.right.extras);
      },
    });

const stationField = { station_id: StationSerial };

const WifiBody = t.strict(
  {
    ...stationField,
    wifi_ssid: text('Ssid', { minLength: 1, maxLength: 32 }),
    wifi_password: withDefault(text('WifiPassword', { maxLength: 63 }), ''),
  },
  'ConnectWifi',
);

/** The password is in no event, log line or answer: it waits for the adapter to take it once. */
const wifiWish =
  (secrets: CabinetSecrets): OrderRoute<typeof WifiBody>['wishOf'] =>
  async ({ station_id: station, wifi_ssid: ssid, wifi_password: password }, asking) => {
    const secretId = password === '' ? null : orderIdOf(asking);
    if (secretId !== null) await secrets.put(secretId, password, sendWaitSeconds);
    return { station, order: { kind: 'wifi-connect', ssid, secretId } };
  };

/** Only staff tell cabinets anything until partners have stations of their own (BR13). */
export const cabinetCommands = (
  tools: OperationTools,
  secrets: CabinetSecrets,
): readonly Route[] => {
  const order = orderRoute(tools);
  return [
    ejectPowerBank(tools),
    order({
      operation: 'rebootCabinet',
      path: '/api/internal/iot/reboot',
      summary: 'Restarts a cabinet',
      body: t.strict(stationField, 'RebootCabinet'),
      wishOf: ({ station_id: station }) => ({ station, order: { kind: 'reboot' } }),
    }),
    order({
      operation: 'checkCabinet',
      path: '/api/internal/iot/check',
      summary: 'Lets a cabinet show its slots',
      body: t.strict(
        { ...stationField, include_empty: withDefault(t.boolean, true) },
        'CheckCabinet',
      ),
      wishOf: ({ station_id: station, include_empty: includeEmpty }) => ({
        station,
        order: { kind: 'check', includeEmpty },
      }),
    }),
    order({
      operation: 'scanCabinetWifi',
      path: '/api/internal/iot/wifi/scan',
      summary: 'Asks a cabinet which networks it sees',
      body: t.strict(stationField, 'ScanWifi'),
      wishOf: ({ station_id: station }) => ({ station, order: { kind: 'wifi-scan' } }),
    }),
    order({
      operation: 'connectCabinetWifi',
      path: '/api/internal/iot/wifi/connect',
      summary: 'Lets a cabinet join a network',
      body: WifiBody,
      wishOf: wifiWish(secrets),
    }),
    order({
      operation: 'setCabinetVolume',
      path: '/api/internal/iot/volume',
      summary: 'Sets how loud a cabinet is',
      body: t.strict({ ...stationField, volume: Volume }, 'SetVolume'),
      wishOf: ({ station_id: station, volume }) => ({ station, order: { kind: 'volume', volume } }),
    }),
    order({
      operation: 'setCabinetMode',
      path: '/api/internal/iot/mode',
      summary: 'Sets which network a cabinet uses',
      body: t.strict(
        { ...stationField, mode: oneOf('NetworkMode', ['wifi', '4g']) },
        'SetNetworkMode',
      ),
      wishOf: ({ station_id: station, mode }) => ({ station, order: { kind: 'mode', mode } }),
    }),
  ];
};
