import { rejectionsOf } from '#cqrs/command/rejections.ts'
import { rejections as ofAccounts } from './accounts/rejections.ts'
import { createUserRejections } from './commands/create-user.ts'
import { deleteAccountRejections } from './commands/delete-account.ts'
import { followUser } from './commands/follow-user.ts'
import { unfollowUser } from './commands/unfollow-user.ts'
import { updateProfile } from './commands/update-profile.ts'

/** What changes a user, by the names of the mutations. Accounts run createUser and deleteAccount themselves. */
export const userCommands = { updateProfile }

/** What changes whether somebody follows another, by the names of the mutations. */
export const followCommands = { followUser, unfollowUser }

/** Every code that users rejects with. */
export const rejections = rejectionsOf([
  ...Object.values(userCommands),
  ...Object.values(followCommands),
  ...[createUserRejections, deleteAccountRejections, ofAccounts].map((rejections) => ({ rejections })),
])
