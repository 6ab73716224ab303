import { rejectionsOf } from '#cqrs/command/rejections.ts'
import { rejections as ofAccounts } from './accounts/rejections.ts'
import { createUserRejections } from './commands/create-user.ts'
import { deleteAccountRejections } from './commands/delete-account.ts'
import { followUser } from './commands/follow-user.ts'
import { unfollowUser } from './commands/unfollow-user.ts'
import { updateProfile } from './commands/update-profile.ts'

/** The commands on users, by the names of the mutations. `accounts/` runs createUser and deleteAccount itself. */
export const userCommands = { updateProfile }

/** The commands on follows, by the names of the mutations. */
export const followCommands = { followUser, unfollowUser }

/** Every rejection code of this service. */
export const rejections = rejectionsOf([
  ...Object.values(userCommands),
  ...Object.values(followCommands),
  ...[createUserRejections, deleteAccountRejections, ofAccounts].map((rejections) => ({ rejections })),
])
