-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "hidden" BOOLEAN NOT NULL DEFAULT false;
