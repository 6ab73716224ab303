-- DropIndex
DROP INDEX "comments_postId_visible_id_idx";

-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "ancestorIds" UUID[] DEFAULT ARRAY[]::UUID[],
ADD COLUMN     "hidden" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "parentId" UUID;

-- CreateTable
CREATE TABLE "threads" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "descendantsCount" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "threads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "posts" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "authorId" UUID,
    "visible" BOOLEAN NOT NULL DEFAULT false,
    "published" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "posts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
-- Partial: in an index by (postId, parentId, id) rows whose parentId is null are not known to be in the order of their ids,
-- and a page would sort all of them.
CREATE INDEX "comments_postId_id_top_level_idx" ON "comments"("postId", "id") WHERE "parentId" IS NULL;

-- CreateIndex
CREATE INDEX "comments_parentId_id_idx" ON "comments"("parentId", "id");
