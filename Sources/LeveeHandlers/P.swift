let placeholderLeveeHandlers = 1
