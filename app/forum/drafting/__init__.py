"""What members write and have not published: kept on the server while they type, published when it is due."""
