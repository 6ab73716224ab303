-- AlterTable
ALTER TABLE "users" ADD COLUMN     "avatarUrl" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "followersCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "followingCount" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "follows" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "followerId" UUID,
    "followeeId" UUID,
    "active" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "follows_pkey" PRIMARY KEY ("id")
);
