import pg from 'pg'
import { createClient } from '#toolkit/database/connect.ts'
import { unbounded } from '#toolkit/database/settings.ts'

const ATTEMPTS = 5

/**
 * SQLSTATEs of concurrent changes of a user, since users belong to the whole server: duplicate_object,
 * unique_violation, and "tuple concurrently updated", which has no code of its own.
 */
const changedByOthers = ['42710', '23505', 'XX000']

/**
 * Gives a service its own database user, which can read and write rows of this database, but change no table and access
 * no other service's database. Safe to run concurrently, and again after migrations that created tables.
 * @param url of the database, as a user who may migrate it and create users
 */
export async function ensureServiceUser(url: string, user: string, password: string): Promise<void> {
  const client = createClient(url, { bounds: unbounded })
  await client.connect()
  try {
    for (let tried = 1; ; tried++) {
      try {
        return await grant(client, user, password)
      } catch (error) {
        await client.query('ROLLBACK')
        if (tried === ATTEMPTS || !changedByOthers.includes((error as { code?: string }).code ?? '')) throw error
      }
    }
  } finally {
    await client.end()
  }
}

async function grant(client: pg.Client, user: string, password: string): Promise<void> {
  await client.query('BEGIN')
  const { rows } = await client.query<{ name: string; schemas: string[] }>(
    `SELECT current_database() AS name, coalesce(array_agg(nspname::text), '{}') AS schemas FROM pg_namespace
     WHERE nspname ~ '^(write|read_[0-9]+)$'`,
  )
  const [{ name, schemas } = { name: '', schemas: [] }] = rows
  const found = await find(client, user)
  if (found?.powerful)
    throw new Error(
      `the database user ${user} may more than a service should: take SUPERUSER, CREATEDB and CREATEROLE away`,
    )
  await client.query(statements(name, schemas, user, password, found !== undefined).join(';\n'))
  await client.query('COMMIT')
}

async function find(client: pg.Client, user: string): Promise<{ readonly powerful: boolean } | undefined> {
  const { rows } = await client.query<{ powerful: boolean }>(
    'SELECT rolsuper OR rolcreatedb OR rolcreaterole AS powerful FROM pg_roles WHERE rolname = $1',
    [user],
  )
  return rows[0]
}

function statements(
  database: string,
  schemas: readonly string[],
  user: string,
  password: string,
  known: boolean,
): string[] {
  const [role, name] = [pg.escapeIdentifier(user), pg.escapeIdentifier(database)]
  return [
    // Omits attributes that only a superuser may name, such as NOSUPERUSER: a new role has none of them.
    `${known ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)}`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO ${role}`,
    ...schemas
      .map(pg.escapeIdentifier)
      .flatMap((schema) => [
        `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
        `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`,
        `REVOKE ALL ON ${schema}._prisma_migrations FROM ${role}`,
      ]),
  ]
}
