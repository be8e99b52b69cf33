namespace Laminet.Zoo.Tasks;

/// <summary>How the units of a <see cref="SelfOrganizingMap"/> lie in the plane.</summary>
public enum MapGrid
{
    /// <summary>In squares: a unit inside the map has 4 neighbours at distance 1 and 4 more at the corners, at distance √2.</summary>
    Rectangular,

    /// <summary>In hexagons: every second row is shifted by a half, and a unit inside the map has 6 neighbours at distance 1.</summary>
    Hexagonal,
}
