import type { Queries } from '#toolkit/database/sql.ts'

/** How many rows one statement reads, and how many names are listed. */
const PAGE = 5_000
const LISTED = 50

/** Reports what users cannot recover from the log: accounts are stored only in its own database. */
export async function reportAccounts(client: Queries, rolledForward: boolean): Promise<void> {
  const { names, total } = await withoutAccount(client)
  if (total > 0) {
    const more = total > names.length ? `, and ${total - names.length} more` : ''
    console.log(
      `Users who cannot sign in, since their accounts were opened after the backup: ${total}. ${names.join(', ')}${more}.`,
    )
    console.log(
      '  Give one an account again, with a password to change: npm run ops -- open-account <username> <email>',
    )
  }
  if (!rolledForward) return
  console.log(`No log has the rest of what users lost since the backup:
  Passwords and roles are as they were then. Grant and revoke roles again: npm run ops -- grant, revoke
  Sessions that were ended since are good again: npm run ops -- end-sessions [username] ends them.
  Signing keys made since are gone: tokens that they signed are refused until clients refresh them.
  Signing keys that rotate-keys took away since are back: npm run ops -- rotate-keys
  Idempotency keys used since are forgotten: a command that is sent again under one runs again.`)
}

async function withoutAccount(client: Queries) {
  const names: string[] = []
  let total = 0
  for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
    const { rows } = await client.query<{ last: string | null; names: string[] | null }>(
      `WITH page AS (SELECT id, username FROM "write".users WHERE id > $1 ORDER BY id LIMIT ${PAGE})
       SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last,
         (SELECT array_agg(username ORDER BY id) FROM page WHERE username IS NOT NULL
            AND NOT EXISTS (SELECT FROM "write".accounts a WHERE a."userId" = page.id)) AS names`,
      [after],
    )
    const [page] = rows
    if (!page?.last) return { names, total }
    after = page.last
    total += page.names?.length ?? 0
    names.push(...(page.names ?? []).slice(0, LISTED - names.length))
  }
}
