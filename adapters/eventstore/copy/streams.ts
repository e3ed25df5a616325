/** Which streams are copied: user streams, and the metadata of user streams. */

const metadataPrefix = '$$';

/** The same rule as `isCopied`, for servers: a regular expression on the name of the stream. */
export const copiedStreams = '^(\\$\\$)?[^$]';
const copiedPattern = new RegExp(copiedStreams);

/**
 * System streams belong to the server that wrote them: statistics, settings, users, what its
 * projections and persistent subscriptions keep, links of `$ce-` streams. The metadata of user
 * streams begins with `$` too, and does belong to them.
 */
export const isCopied = (stream: string): boolean => copiedPattern.test(stream);

export const metadataStreamOf = (stream: string): string => `${metadataPrefix}${stream}`;

export const isMetadataStream = (stream: string): boolean => stream.startsWith(metadataPrefix);

/** The user stream that an event is about, whether it is in it or in its metadata. */
export const userStreamOf = (stream: string): string =>
  isMetadataStream(stream) ? stream.slice(metadataPrefix.length) : stream;
