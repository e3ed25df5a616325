/** How generated clients reach the server that a connection string names: they cannot read one. */
import { readFileSync } from 'node:fs';
import { type ChannelCredentials, credentials, Metadata } from '@grpc/grpc-js';

const portDefault = '2113';

export interface EventStoreChannel {
  /** `host:port` */
  readonly address: string;
  readonly port: number;
  readonly credentials: ChannelCredentials;
}

/** Of several hosts the first: what is sent by hand goes to one node. */
const pattern =
  /^esdb(?:\+discover)?:\/\/(?:([^:@/]+):([^@/]*)@)?(\[[^\]]+\]|[^:,/?]+)(?::(\d+))?[^?]*\??(.*)$/;

const secure = (caFile: string | null, user?: string, password = ''): ChannelCredentials => {
  const channel = credentials.createSsl(caFile === null ? null : readFileSync(caFile));
  if (user === undefined) return channel;
  const login = `${decodeURIComponent(user)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
  const headers = new Metadata();
  headers.set('authorization', authorization);
  return credentials.combineChannelCredentials(
    channel,
    credentials.createFromMetadataGenerator((_call, done) => done(null, headers)),
  );
};

export const channelTo = (connectionString: string): EventStoreChannel => {
  const parts = pattern.exec(connectionString);
  if (parts === null) throw new Error('this is no connection string of an event store');
  const [, user, password, host = '', port = portDefault, query = ''] = parts;
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const isInsecure = options.get('tls') === 'false';
  return {
    address: `${host}:${port}`,
    port: Number(port),
    credentials: isInsecure
      ? credentials.createInsecure()
      : secure(options.get('tlscafile') ?? null, user, password),
  };
};
