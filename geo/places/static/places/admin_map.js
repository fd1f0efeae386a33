// The ground of the map in the place form: outlines of provinces, and the points and names of communes when near.
// It needs no tile server; a raster layer configured by the operator lies above it.
(() => {
  const url = document.currentScript.dataset.ground;
  const NEAR = 10; // from this zoom on communes are drawn, only those in view

  function drawCommunes(map, layer, communes) {
    layer.clearLayers();
    if (map.getZoom() < NEAR) return;
    const view = map.getBounds().pad(0.1);
    for (const [lon, lat, name] of communes) {
      if (!view.contains([lat, lon])) continue;
      L.circleMarker([lat, lon], { radius: 3, color: "#5b6b75", weight: 1, interactive: false })
        .bindTooltip(name, { permanent: true, direction: "right", className: "commune-name" })
        .addTo(layer);
    }
  }

  window.addEventListener("map:init", async (event) => {
    const map = event.detail.map;
    map.options.maxZoom = 19;
    map.setMaxZoom(19);
    const answer = await fetch(url);
    if (!answer.ok) return;
    const ground = await answer.json();
    const outlines = ground.outlines.map((text) => JSON.parse(text));
    L.geoJSON(outlines, {
      interactive: false,
      style: { color: "#8a8f7c", weight: 1, fillColor: "#f4f2e9", fillOpacity: 1 },
    })
      .addTo(map)
      .bringToBack();
    const communes = L.layerGroup().addTo(map);
    const draw = () => drawCommunes(map, communes, ground.communes);
    map.on("moveend", draw);
    draw();
  });
})();
