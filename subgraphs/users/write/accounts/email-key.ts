import { domainToASCII, domainToUnicode } from 'node:url'

/**
 * What makes an address unique: it is compared in lower case, and its domain in Unicode, however it was written
 * (`例え.jp` is `xn--r8jz45g.jp`).
 * @param email in NFC
 */
export const emailKey = (email: string): string => inForm(email, domainToUnicode)

/**
 * All keys that the account of an address may have. An earlier release kept domains as they were written: an account of
 * its is found by its domain in Unicode, in Punycode, or as it was written then.
 */
export const emailKeys = (email: string): string[] => [
  ...new Set([emailKey(email), inForm(email, domainToASCII), email.toLowerCase().normalize('NFC')]),
]

function inForm(email: string, form: (domain: string) => string): string {
  const at = email.lastIndexOf('@')
  const domain = email.slice(at + 1)
  // What is no domain is kept: an earlier release took it.
  const name = (form(domain) || domain).toLowerCase().replace(/\.$/, '')
  return `${email.slice(0, at).toLowerCase()}@${name}`.normalize('NFC')
}
