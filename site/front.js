// The address from which a notebook can import what is on this site.
document.getElementById("address").textContent = new URL("pkg/index.js", document.baseURI).href;
