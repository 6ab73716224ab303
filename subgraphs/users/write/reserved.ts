import type { RejectionText } from '#cqrs/command/rejections.ts'

/**
 * Usernames that nobody new gets: they could be mistaken for operators, or for a path or a value of the software. The
 * mailboxes are those of RFC 2142.
 */
const reserved = new Set(
  [
    'admin admins administrator administration root superuser sysadmin sysop system operator ops owner',
    'moderator moderators mod mods staff team official verified support help helpdesk service bot editor',
    'abuse contact hostmaster info mailerdaemon marketing news noc noreply postmaster privacy sales security webmaster',
    'account accounts api app auth blog comment comments dashboard docs draft drafts explore feed graphql health home',
    'index legal login logout me metrics new password post posts profile register search session settings signin',
    'signout signup static status tag tags terms user users you www',
    'anonymous anybody deleted everybody everyone false nan nil nobody none null true undefined unknown void',
  ].flatMap((line) => line.split(' ')),
)

/** No new username may contain the product's name. */
const product = 'inkstream'

/** Digits that look like letters. `1` looks like two of them: see `isReserved`. */
const letters: Readonly<Record<string, string>> = { '0': 'o', '3': 'e', '4': 'a', '5': 's', '7': 't' }

/** @param username of a–z, 0–9 and `_`, so no variants by case or script are possible */
export function isReserved(username: string): boolean {
  const plain = username.replaceAll('_', '').replaceAll(/[03457]/g, (digit) => letters[digit] ?? digit)
  return [plain.replaceAll('1', 'i'), plain.replaceAll('1', 'l')].some(
    (name) => reserved.has(name) || name.includes(product),
  )
}

export const USERNAME_RESERVED: RejectionText = {
  message: 'This username is reserved: choose another.',
  meaning:
    'this name, or one that looks like it, is for those who run this, or for the software; who had it before keeps it',
  advice: 'asks for another',
}
