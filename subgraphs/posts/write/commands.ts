import { rejectionsOf } from '#cqrs/command/rejections.ts'
import { createPost } from './commands/create-post.ts'
import { deletePost } from './commands/delete-post.ts'
import { favoritePost } from './commands/favorite-post.ts'
import { hidePost } from './commands/hide-post.ts'
import { publishPost } from './commands/publish-post.ts'
import { unfavoritePost } from './commands/unfavorite-post.ts'
import { unhidePost } from './commands/unhide-post.ts'
import { updatePost } from './commands/update-post.ts'

/** The commands on posts, by the names of the mutations. */
export const postCommands = { createPost, updatePost, publishPost, deletePost, hidePost, unhidePost }

/** The commands on favorites, by the names of the mutations. */
export const favoriteCommands = { favoritePost, unfavoritePost }

/** Every rejection code of this service. */
export const rejections = rejectionsOf([...Object.values(postCommands), ...Object.values(favoriteCommands)])
