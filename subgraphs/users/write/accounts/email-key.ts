/** What makes an address unique: it is compared in lower case. @param email in NFC */
export const emailKey = (email: string): string => email.toLowerCase().normalize('NFC')
