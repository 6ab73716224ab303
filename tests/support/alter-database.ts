import pg from 'pg'

/** Settings of a database, as an administrator may have chosen them for other software. */
export type DatabaseSettings = Readonly<Record<string, string>>

/** Overrides the server's settings for every later session on this database. */
export async function alterDatabase(url: string, settings: DatabaseSettings): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const name = pg.escapeIdentifier(new URL(url).pathname.slice(1))
    for (const [setting, value] of Object.entries(settings))
      await client.query(`ALTER DATABASE ${name} SET ${setting} = ${pg.escapeLiteral(value)}`)
  } finally {
    await client.end()
  }
}
