/** Sign-in by what a device keeps behind a finger or a face (AUTH-9). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable, text } from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import type { BiometricStatus } from '../../ports/accounts/devices.js';
import { problem } from '../../ports/http/answer.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { userOf } from '../operation.js';
import { letInto, loginOf } from './arrival.js';
import { biometricAddressLimit, biometricLimit, perAddress, perDevice } from './limits.js';
import { DeviceId, SignedIn } from './shapes.js';
import { wakeUp } from './sign-in.js';
import type { AccountTools } from './tools.js';

const tag = 'Devices';

/** A random text that the device made and keeps for itself (rules 2.2). */
const BiometricToken = text('BiometricToken', { minLength: 32, maxLength: 512 });

const DeviceChoice = t.strict({ device_id: DeviceId }, 'DeviceChoice');
const BiometricSecret = t.strict(
  { device_id: DeviceId, biometric_token: BiometricToken },
  'BiometricSecret',
);

const BiometricState = t.strict(
  {
    device_id: t.string,
    /** Whether the caller is the current user of the device. */
    registered: t.boolean,
    enabled: t.boolean,
    enabled_at: nullable(Instant),
    last_used_at: nullable(Instant),
  },
  'BiometricState',
);

const shown = (deviceId: string, status: BiometricStatus): t.TypeOf<typeof BiometricState> => ({
  device_id: deviceId,
  registered: status.kind !== 'device-unknown',
  enabled: status.kind === 'enrolled',
  enabled_at: status.kind === 'enrolled' ? status.enabledAt : null,
  last_used_at: status.kind === 'enrolled' ? status.lastUsedAt : null,
});

const enableBiometric = ({ accounts }: AccountTools): Route =>
  route({
    operation: 'enableBiometric',
    method: 'POST',
    path: '/api/auth/biometric/enable',
    summary: 'Enrols a registered device for biometric sign-in',
    description: 'Enrolling again replaces the token. Only a hash of it is kept.',
    tag,
    body: BiometricSecret,
    responses: { 200: BiometricState },
    problems: ['device_not_found'],
    handler: async (asking, answer) => {
      const { device_id: deviceId, biometric_token: secret } = asking.body;
      const userId = userOf(asking);
      const enrolled = await accounts.devices.enrol(userId, { deviceId, secret });
      if (enrolled === 'device-unknown') return problem('device_not_found');
      return answer(200, shown(deviceId, await accounts.devices.biometricStatus(userId, deviceId)));
    },
  });

const disableBiometric = ({ accounts }: AccountTools): Route =>
  route({
    operation: 'disableBiometric',
    method: 'POST',
    path: '/api/auth/biometric/disable',
    summary: 'Ends biometric sign-in on a device',
    tag,
    body: DeviceChoice,
    responses: { 200: BiometricState },
    problems: ['device_not_found'],
    handler: async (asking, answer) => {
      const { device_id: deviceId } = asking.body;
      const userId = userOf(asking);
      const disabled = await accounts.devices.disable(userId, deviceId);
      if (disabled === 'device-unknown') return problem('device_not_found');
      return answer(200, shown(deviceId, await accounts.devices.biometricStatus(userId, deviceId)));
    },
  });

const readBiometricStatus = ({ accounts }: AccountTools): Route =>
  route({
    operation: 'readBiometricStatus',
    method: 'GET',
    path: '/api/auth/biometric/status',
    summary: 'Tells whether the caller may sign in on a device without a code',
    tag,
    query: DeviceChoice,
    responses: { 200: BiometricState },
    handler: async (asking, answer) => {
      const { device_id: deviceId } = asking.query;
      const status = await accounts.devices.biometricStatus(userOf(asking), deviceId);
      return answer(200, shown(deviceId, status));
    },
  });

/** P-092: what the device keeps lets nobody in whom staff have kept out. */
const signInByBiometric = (tools: AccountTools): Route =>
  route({
    operation: 'signInByBiometric',
    method: 'POST',
    path: '/api/auth/biometric/login',
    summary: 'Opens a session with the biometric token of a device',
    description: 'Whatever is wrong with device or token, the refusal is the same.',
    tag,
    body: BiometricSecret,
    responses: { 200: SignedIn },
    problems: [...commandProblems, 'invalid_biometric_credentials', 'user_invalid'],
    rateLimits: [perAddress(biometricAddressLimit), perDevice(tools, biometricLimit)],
    handler: async (request, answer) => {
      const { device_id: deviceId, biometric_token: secret } = request.body;
      const found = await tools.accounts.devices.recognise(deviceId, secret);
      if (found.kind === 'refused') return problem('invalid_biometric_credentials');
      const { state: user } = await tools.handlers.user.load(found.userId);
      if (user === null) return problem('user_invalid');
      const awake = await wakeUp(tools, request, user);
      if (E.isLeft(awake)) return problem(awake.left);
      const letIn = await letInto(tools, loginOf(user), deviceId);
      return E.isLeft(letIn) ? problem(letIn.left) : answer(200, letIn.right);
    },
  });

export const biometricRoutes = (tools: AccountTools): readonly Route[] => [
  enableBiometric(tools),
  disableBiometric(tools),
  readBiometricStatus(tools),
  signInByBiometric(tools),
];
