import type { Log } from '../../ports/log.js';
import {
  type PersonalData,
  PersonalDataDamaged,
  type SealedItem,
} from '../../ports/personal-data.js';
import type { KnownKey } from './key-cache.js';
import { createKeyring, type KeyringOptions } from './keyring.js';
import { openText, sealText } from './subject-key.js';

export { createBlindIndex } from './blind-index.js';
export { type MasterKeys, masterKeysOf } from './master-keys.js';

export interface PersonalDataOptions extends KeyringOptions {
  readonly log: Log;
}

/** Personal data under keys in Postgres, some of which are in memory while that is safe. */
export interface PostgresPersonalData extends PersonalData {
  /** Ends the session on which destroyed keys are heard of. */
  close(): Promise<void>;
}

export const createPersonalData = (options: PersonalDataOptions): PostgresPersonalData => {
  const keyring = createKeyring(options);

  const lost = ({ subject, field }: SealedItem): null => {
    options.log.error('the key of personal data is not there', { subject, field });
    return null;
  };

  const openWith = (key: KnownKey | undefined, item: SealedItem): string | null => {
    if (key === 'destroyed') return null;
    if (key === undefined) return lost(item);
    const opened = openText(key, item);
    switch (opened.kind) {
      case 'text':
        return opened.text;
      case 'other-key':
        return lost(item);
      case 'damaged':
        throw new PersonalDataDamaged(`${item.field} of ${item.subject} is not as it was sealed`);
    }
  };

  const openMany = async (items: readonly SealedItem[]): Promise<readonly (string | null)[]> => {
    const keys = await keyring.find(items.map(({ subject }) => subject));
    return items.map((item) => openWith(keys.get(item.subject), item));
  };

  return {
    seal: async (subject, field, text) =>
      sealText(await keyring.findOrMake(subject), { subject, field, text }),
    open: async (subject, field, sealed) => {
      const [text = null] = await openMany([{ subject, field, sealed }]);
      return text;
    },
    openMany,
    destroyKey: keyring.destroy,
    close: keyring.close,
  };
};
