/**
 * How to reach the embedded PostgreSQL's maintenance database; other databases differ in the path alone. It speaks no
 * TLS, whatever PGSSLMODE asks for.
 */
export const embeddedPostgresUrl = (port: number): string =>
  `postgresql://inkstream:inkstream@127.0.0.1:${port}/postgres?sslmode=disable`
