import { domainToASCII, domainToUnicode } from 'node:url'

/**
 * The key by which an address is unique: in lower case, with its domain in Unicode, however it was written (`例え.jp`
 * equals `xn--r8jz45g.jp`).
 * @param email in NFC
 */
export const emailKey = (email: string): string => inForm(email, domainToUnicode)

/**
 * All keys that the account of an address may have. An earlier release stored domains as they were written, so this
 * includes the domain in Unicode, in Punycode and as given.
 */
export const emailKeys = (email: string): string[] => [
  ...new Set([emailKey(email), inForm(email, domainToASCII), email.toLowerCase().normalize('NFC')]),
]

function inForm(email: string, form: (domain: string) => string): string {
  const at = email.lastIndexOf('@')
  const domain = email.slice(at + 1)
  // Keep an invalid domain: an earlier release accepted it.
  const name = (form(domain) || domain).toLowerCase().replace(/\.$/, '')
  return `${email.slice(0, at).toLowerCase()}@${name}`.normalize('NFC')
}
