const { ESDB_URL = '' } = process.env;

/** Connection string of the server that whoever runs the tests has given, or `null`. */
export const givenServerUrl = ESDB_URL === '' ? null : ESDB_URL;
