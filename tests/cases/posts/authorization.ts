import { randomUUID } from 'node:crypto'
import {
  type Authorization,
  authorAlone,
  authorOrModerator,
  draftsAuthor,
  type Row,
  type System,
  signedIn,
} from '../authorization.ts'
import { newDraft, newPost } from './new-post.ts'

const published = async (system: System) => ({ id: (await newPost(system)).id })
const draft = async (system: System) => ({ id: (await newDraft(system)).id })

export const authorization: Authorization = {
  mutations: [
    {
      mutation: 'createPost',
      of: 'a post',
      input: () => ({ title: `On ink ${randomUUID()}`, body: 'b' }),
      answers: signedIn,
    },
    ...['updatePost', 'publishPost', 'deletePost'].flatMap((mutation): Row[] => [
      {
        ...{ mutation, of: 'a published post', input: published },
        answers: mutation === 'deletePost' ? authorOrModerator : authorAlone,
      },
      { mutation, of: 'a draft', input: draft, answers: draftsAuthor },
    ]),
    ...['favoritePost', 'unfavoritePost'].flatMap((mutation): Row[] => [
      { mutation, of: 'a published post', input: published, answers: signedIn },
      { mutation, of: 'a draft', input: draft, answers: draftsAuthor },
    ]),
  ],
  pathsToDraft: [
    { path: 'post', query: 'post(id: $id) { id }', author: true },
    { path: 'postBySlug', query: 'postBySlug(slug: $slug) { id }', author: true },
    { path: 'posts', query: 'posts(first: 100) { nodes { id } }', author: false },
    {
      path: 'posts of the author',
      query: 'posts(first: 100, filter: { authorId: $author }) { nodes { id } }',
      author: false,
    },
    { path: 'posts of a tag', query: 'posts(filter: { tag: $tag }) { totalCount nodes { id } }', author: false },
    { path: 'favorites', query: 'posts(filter: { favoritedBy: $author }) { nodes { id } }', author: false },
    { path: 'searchPosts', query: 'searchPosts(query: $tag) { totalCount nodes { id } }', author: false },
    { path: 'tags', query: 'tags(first: 100) { id: name }', author: false },
    { path: 'posts of a user', query: 'user(id: $author) { posts(first: 100) { nodes { id } } }', author: false },
    { path: 'feed', query: 'feed(first: 100) { nodes { id } }', author: false, signedIn: true },
    { path: 'drafts', query: 'drafts(first: 100) { nodes { id } }', author: true, signedIn: true },
  ],
}
