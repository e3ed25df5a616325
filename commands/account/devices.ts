import * as t from 'io-ts';
import { branded } from '../../domain/shared/brand.js';
import { nullable, oneOf } from '../../domain/shared/codecs.js';
import type { UserId } from '../../domain/shared/ids.js';
import type { DeviceType } from '../../ports/accounts/devices.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { userOf } from '../operation.js';
import { DeviceId } from './shapes.js';
import type { AccountTools } from './tools.js';

/** Tokens of the push service are opaque; theirs are of 160 characters and more (rules 2.2). */
const PushToken = branded('PushToken', /^[\x21-\x7e]{10,1024}$/);
/** Whatever a maker calls it, without anything that is no sign. */
const DeviceWord = branded('DeviceWord', /^[^\p{Cc}]{1,100}$/u);
const deviceTypes = ['ANDROID', 'IOS', 'WEB'] as const satisfies readonly DeviceType[];

const DeviceBody = t.strict(
  {
    device_id: DeviceId,
    fcm_token: PushToken,
    device_type: oneOf('DeviceType', deviceTypes),
    device_name: withDefault(nullable(DeviceWord), null),
    app_version: withDefault(nullable(DeviceWord), null),
    os_version: withDefault(nullable(DeviceWord), null),
  },
  'DeviceRegistration',
);

const DeviceRegistered = t.strict(
  { device_id: t.string, biometric_enabled: t.boolean },
  'DeviceRegistered',
);

type DeviceTools = Pick<AccountTools, 'accounts' | 'handlers'>;

/**
 * A session may end while its device registers. No message may go to a device on which nobody is
 * signed in, and of a deleted account not even the device's name stays (P-042, AUTH-11).
 */
const takeBack = async (
  { accounts, handlers }: DeviceTools,
  userId: UserId,
  deviceId: string,
): Promise<void> => {
  const { state } = await handlers.user.load(userId);
  if (state === null || state.isDeleted) await accounts.devices.forget(userId);
  else await accounts.devices.deactivate(userId, deviceId);
};

/** Rules 2.2: from now on push messages for the caller go there, and for nobody else (P-042). */
export const registerDevice = (tools: DeviceTools): Route =>
  route({
    operation: 'registerDevice',
    method: 'POST',
    path: '/api/auth/device',
    summary: 'Registers the device that the app runs on, with its push token',
    description:
      'A device has one current user. Whoever registers it takes it over: the user before gets ' +
      'no more push messages there, and their biometric sign-in on it is over.',
    tag: 'Devices',
    body: DeviceBody,
    responses: { 200: DeviceRegistered },
    problems: ['token_invalid'],
    handler: async (asking, answer) => {
      const { body, principal } = asking;
      const { devices, sessions } = tools.accounts;
      const userId = userOf(asking);
      const device = await devices.register(userId, {
        deviceId: body.device_id,
        pushToken: body.fcm_token,
        type: body.device_type,
        name: body.device_name,
        appVersion: body.app_version,
        osVersion: body.os_version,
      });
      const { deviceId, biometricEnabledAt } = device;
      if (principal.sessionId !== null) {
        const noted = await sessions.setDevice(principal.sessionId, deviceId);
        if (noted === 'already-over') {
          await takeBack(tools, userId, deviceId);
          return problem('token_invalid');
        }
      }
      return answer(200, { device_id: deviceId, biometric_enabled: biometricEnabledAt !== null });
    },
  });
