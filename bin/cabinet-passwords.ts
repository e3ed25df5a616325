import type { MosquittoUser } from '../adapters/mqtt/mosquitto-passwords.js';
import { derivePassword } from '../adapters/mqtt/passwords.js';

/** Passwords are not withdrawn one by one yet, so every cabinet has its first. */
export const firstPasswordGeneration = 1;

/** The broker account of a cabinet. */
export const cabinetAccount = (masterKey: string, deviceName: string): MosquittoUser => ({
  username: deviceName,
  password: derivePassword({ masterKey, deviceName, generation: firstPasswordGeneration }),
});
