let placeholderLeveeGateway = 1
