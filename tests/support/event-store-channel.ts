/** How generated clients reach the server that a connection string names: they cannot read one. */
import { readFileSync } from 'node:fs';
import { type ChannelCredentials, credentials, Metadata } from '@grpc/grpc-js';

const portDefault = '2113';

export interface EventStoreChannel {
  /** `host:port` */
  readonly address: string;
  readonly port: number;
  readonly credentials: ChannelCredentials;
  /** The same for a bare HTTP/2 client. */
  readonly origin: string;
  /** Certificate of the issuer, when the connection string names one. */
  readonly ca: Buffer | null;
  /** Header of a connection with users; the client sends it over TLS only. */
  readonly authorization: string | null;
  readonly login: Login | null;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

/** Of several hosts the first: what is sent by hand goes to one node. */
const pattern =
  /^esdb(?:\+discover)?:\/\/(?:([^:@/]+):([^@/]*)@)?(\[[^\]]+\]|[^:,/?]+)(?::(\d+))?[^?]*\??(.*)$/;

const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const secure = (ca: Buffer | null, authorization: string | null): ChannelCredentials => {
  const channel = credentials.createSsl(ca);
  if (authorization === null) return channel;
  const headers = new Metadata();
  headers.set('authorization', authorization);
  return credentials.combineChannelCredentials(
    channel,
    credentials.createFromMetadataGenerator((_call, done) => done(null, headers)),
  );
};

const loginOf = (username: string | undefined, password = ''): Login | null =>
  username === undefined
    ? null
    : { username: decodeURIComponent(username), password: decodeURIComponent(password) };

export const channelTo = (connectionString: string): EventStoreChannel => {
  const parts = pattern.exec(connectionString);
  if (parts === null) throw new Error('this is no connection string of an event store');
  const [, user, password, host = '', port = portDefault, query = ''] = parts;
  const options = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const isSecure = options.get('tls') !== 'false';
  const caFile = options.get('tlscafile');
  const address = `${host}:${port}`;
  const login = loginOf(user, password);
  const ca = isSecure && caFile !== undefined ? readFileSync(caFile) : null;
  const authorization = isSecure && login !== null ? basic(login) : null;
  return {
    address,
    port: Number(port),
    credentials: isSecure ? secure(ca, authorization) : credentials.createInsecure(),
    origin: `${isSecure ? 'https' : 'http'}://${address}`,
    ca,
    authorization,
    login,
  };
};
