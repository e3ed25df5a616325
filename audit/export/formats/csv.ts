import { amountText } from '../../../domain/ledger/index.js';
import { csvLine } from '../../../ports/http/csv.js';
import { exportNameOf } from '../account-name.js';
import type { ExportFormat } from './format.js';

const columns = [
  ...['day', 'at', 'position', 'event_id', 'event_type', 'stream', 'revision', 'reference'],
  ...['title', 'account', 'account_name', 'asset', 'amount', 'balance'],
];

/** One line a posting; lines of one event belong to one entry. */
export const csvFormat: ExportFormat = {
  head: () => [csvLine(columns)],
  entry: (day, { title, source, postings }) => {
    const origin = [
      ...[source?.at, source?.position, source?.eventId, source?.eventType],
      ...[source?.stream, source?.revision, source?.reference],
    ];
    return postings
      .map(({ account, asset, amount, balance }) =>
        csvLine([
          ...[day, ...origin, title, account, exportNameOf(account), asset],
          ...[amountText(asset, amount), amountText(asset, balance)],
        ]),
      )
      .join('');
  },
  endOfDay: () => [],
  /** A comment is nothing that the format knows. */
  tail: () => '',
};
