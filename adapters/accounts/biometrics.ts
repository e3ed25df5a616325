import * as t from 'io-ts';
import { UserId } from '../../domain/shared/ids.js';
import { Instant } from '../../domain/shared/instant.js';
import type { Devices } from '../../ports/accounts/devices.js';
import { decodeRows } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';
import type { DevicesOptions } from './devices.js';
import { areSame, hashOf } from './secret-text.js';

type Biometrics = Pick<Devices, 'enrol' | 'recognise' | 'disable' | 'biometricStatus'>;

const EnrolledRow = t.strict({ user_id: UserId, biometric_hash: BytesColumn });
const StatusRow = t.strict({
  biometric_enabled_at: t.union([Instant, t.null]),
  biometric_used_at: t.union([Instant, t.null]),
});

/** Compared with where nobody is enrolled, so that this takes the same steps. */
const nobodysHash = hashOf('');

/** Sign-in by what a device keeps behind a finger or a face (AUTH-9). */
export const biometrics = ({ database, clock }: DevicesOptions): Biometrics => ({
  enrol: async (userId, { deviceId, secret }) => {
    const enrolled = await database.execute(
      `UPDATE account.devices
          SET biometric_hash = $3, biometric_enabled_at = $4, biometric_used_at = NULL
        WHERE user_id = $1 AND device_id = $2 AND is_active`,
      [userId, deviceId, hashOf(secret), clock.now()],
    );
    return enrolled === 1 ? 'enrolled' : 'device-unknown';
  },

  recognise: async (deviceId, secret) => {
    const rows = await database.query(
      `SELECT user_id, biometric_hash FROM account.devices
        WHERE device_id = $1 AND is_active AND biometric_hash IS NOT NULL`,
      [deviceId],
    );
    const [known] = decodeRows(EnrolledRow, rows);
    const given = hashOf(secret);
    const isRight = areSame(given, known?.biometric_hash ?? nobodysHash);
    if (known === undefined || !isRight) return { kind: 'refused' };
    // Another user may have taken the device over, or the enrolment may have been changed, since.
    const used = await database.execute(
      `UPDATE account.devices SET biometric_used_at = $4, last_used_at = $4
        WHERE user_id = $1 AND device_id = $2 AND is_active AND biometric_hash = $3`,
      [known.user_id, deviceId, given, clock.now()],
    );
    return used === 1 ? { kind: 'recognised', userId: known.user_id } : { kind: 'refused' };
  },

  disable: async (userId, deviceId) => {
    const disabled = await database.execute(
      `UPDATE account.devices
          SET biometric_hash = NULL, biometric_enabled_at = NULL, biometric_used_at = NULL
        WHERE user_id = $1 AND device_id = $2 AND is_active`,
      [userId, deviceId],
    );
    return disabled === 1 ? 'disabled' : 'device-unknown';
  },

  biometricStatus: async (userId, deviceId) => {
    const rows = await database.query(
      `SELECT biometric_enabled_at, biometric_used_at FROM account.devices
        WHERE user_id = $1 AND device_id = $2 AND is_active`,
      [userId, deviceId],
    );
    const [device] = decodeRows(StatusRow, rows);
    if (device === undefined) return { kind: 'device-unknown' };
    const { biometric_enabled_at: enabledAt, biometric_used_at: lastUsedAt } = device;
    return enabledAt === null
      ? { kind: 'not-enrolled' }
      : { kind: 'enrolled', enabledAt, lastUsedAt };
  },
});
