-- Only the projection's code can compute them: read the topics again. It comes first, since projectors lock it first.
TRUNCATE "projection_offset";

-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "excerpt" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "readingMinutes" INTEGER NOT NULL DEFAULT 1;
