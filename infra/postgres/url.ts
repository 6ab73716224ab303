/**
 * The url of the embedded PostgreSQL's maintenance database; other databases differ only in the path. TLS is off,
 * whatever PGSSLMODE requests.
 */
export const embeddedPostgresUrl = (port: number): string =>
  `postgresql://inkstream:inkstream@127.0.0.1:${port}/postgres?sslmode=disable`
