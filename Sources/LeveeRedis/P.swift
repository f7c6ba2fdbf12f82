let placeholderLeveeRedis = 1
