//! How well categories separate: the mean silhouette (Rousseeuw, 1987), from -1 over 0 (mixed) to 1 (far apart).

use super::embedding::distance;

/// Of N points and their categories, 0..K; none with fewer than two categories.
pub(super) fn silhouette(points: &[Vec<f64>], categories: &[usize]) -> Option<f64> {
    let k = categories.iter().max()? + 1;
    let mut sizes = vec![0usize; k];
    categories.iter().for_each(|&category| sizes[category] += 1);
    if sizes.iter().filter(|size| **size > 0).count() < 2 {
        return None;
    }
    let of_point = |(point, &own): (&Vec<f64>, &usize)| {
        if sizes[own] == 1 {
            return 0.0;
        }
        let mut sums = vec![0.0; k];
        points.iter().zip(categories).for_each(|(other, &category)| sums[category] += distance(point, other));
        let within = sums[own] / (sizes[own] - 1) as f64;
        let others = (0..k).filter(|&category| category != own && sizes[category] > 0);
        let nearest = others.map(|category| sums[category] / sizes[category] as f64).fold(f64::INFINITY, f64::min);
        match within.max(nearest) {
            0.0 => 0.0,
            greater => (nearest - within) / greater,
        }
    };
    Some(points.iter().zip(categories).map(of_point).sum::<f64>() / points.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```python
    /// from sklearn.metrics import silhouette_score
    /// silhouette_score([[0, 0], [0, 1], [3, 0], [4, 1], [4, 0], [9, 9]], [0, 0, 1, 1, 1, 2])
    /// ```
    #[test]
    fn as_scikit_learns() {
        let points = [[0.0, 0.0], [0.0, 1.0], [3.0, 0.0], [4.0, 1.0], [4.0, 0.0], [9.0, 9.0]].map(|p| p.to_vec());
        let got = silhouette(&points, &[0, 0, 1, 1, 1, 2]).unwrap();
        assert!((got - 0.588212186793873).abs() < 1e-12, "{got}");
        assert_eq!(silhouette(&points, &[1; 6]), None);
        assert_eq!(silhouette(&vec![vec![1.0]; 4], &[0, 0, 1, 1]), Some(0.0));
    }
}
